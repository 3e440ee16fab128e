$running = Start-TestContainer
$ended = New-TestId
$null = Invoke-HcsContainer -Detach -Id $ended -Command sh, -c, 'exit 4'
$first = Wait-HcsContainer $running, $ended -Any
Assert-Equal $first.Id $ended
Assert-Equal $first.ExitCode 4
Assert-Equal (Get-HcsContainer $running).Status 'running'
$null = Assert-Fails { $running | Wait-HcsContainer -Any -Timeout 300ms -ErrorAction Stop } 'timeout'
$running, $ended | Remove-TestContainer
