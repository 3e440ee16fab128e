$id = New-TestId
$null = Invoke-HcsContainer -Detach -Id $id -Command sh, '-c', 'echo out; exit 3'
$null = Wait-HcsContainer $id
$event = Get-HcsEvent $id | Where-Object Type -eq exit
Assert-Equal $event.Id $id
Assert-Equal "$event" $id
Assert-Equal ($event | Get-HcsContainer).ExitCode 3
Assert-Equal ($event | Get-HcsLog).Text 'out'
Assert-Equal ($event | ConvertTo-Json | ConvertFrom-Json).ContainerId $id
$id | Remove-TestContainer
