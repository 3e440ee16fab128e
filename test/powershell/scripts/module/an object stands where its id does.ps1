$one = Invoke-HcsContainer -Detach -Id (New-TestId) -Command sh, '-c', 'echo hello; exit 4'
$two = Start-TestContainer
Assert-Equal "$one" $one.Id
Assert-Equal (Wait-HcsContainer $one).ExitCode 4
Assert-Equal (Get-HcsLog $one).Text 'hello'
Assert-Equal (Get-HcsContainer $one).Status 'stopped'
Assert-Equal (@(Get-HcsContainer $one, (Get-HcsContainer $two)).Status -join ' ') 'stopped running'
Assert-Equal "$(Measure-HcsContainer $two)" $two
Assert-Equal "$(Get-HcsProcess $two | Select-Object -First 1)" $two
Assert-Equal "$(Wait-HcsContainer $one)" $one.Id
Stop-HcsContainer (Get-HcsContainer $two) -Force
Remove-HcsContainer $one, (Get-HcsContainer $two) -Confirm:$false
Assert-Equal @(Get-HcsContainer | Where-Object Id -in $one.Id, $two).Count 0
# What is no id, and no pattern either, is refused as an id.
$null = Assert-Fails { Wait-HcsContainer '@{Id=[x; y}' -ErrorAction Stop } 'invalidRequest'
