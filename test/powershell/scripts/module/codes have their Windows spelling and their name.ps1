$ids = (New-TestId), (New-TestId)
$null = Invoke-HcsContainer -Detach -Id $ids[0] -Command sh, '-c', 'exit 200'
$null = Invoke-HcsContainer -Detach -Id $ids[1] -Command sleep, 600
$null = Wait-HcsContainer $ids[0]
$ended, $running = Get-HcsContainer $ids
Assert-Equal $ended.ExitCodeHex '0x000000C8'
Assert-Equal $ended.ExitName $null
Assert-Equal $running.ExitCodeHex $null
Stop-HcsContainer $ids[1] -Force
$killed = Get-HcsContainer $ids[1]
Assert-Equal $killed.ExitCodeHex ('0x{0:X8}' -f $killed.ExitCode)
Assert-Equal $killed.ExitName (Wait-HcsContainer $ids[1]).ExitName
Assert-True ($killed.ExitName) 'a code of Windows has a name'
$ids | Remove-TestContainer
