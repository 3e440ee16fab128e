$id = New-TestId
$null = Invoke-HcsContainer -Detach -Id $id -Command sh, -c, 'for i in 1 2 3; do echo $i; sleep 0.1; done'
Assert-Equal @(Get-HcsLog $id -Follow).Count 3
Remove-TestContainer $id
