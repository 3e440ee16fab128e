$id = New-TestId
$null = Invoke-HcsContainer -Detach -Id $id -Command sh, -c, 'sleep 0.3; exit 11'
$exit = Wait-HcsContainer $id
Assert-Equal $exit.ExitCode 11
Assert-Equal $exit.ExitCodeHex '0x0000000B'
Remove-TestContainer $id
