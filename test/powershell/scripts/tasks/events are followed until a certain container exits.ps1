$id = New-TestId
$null = New-HcsContainer -Id $id sh, -c, 'exit 6'
$starter = [powershell]::Create().AddScript("Import-Module '$((Get-Module HostCompute).Path)'; Start-HcsContainer $id")
$asked = $null
# As somebody would at two consoles: the program starts when its events are followed.
$events = @(Get-HcsEvent $id -Follow -After 0 -Until exit | ForEach-Object { if (-not $asked) { $asked = $starter.BeginInvoke() }; $_ })
Assert-Equal ($events.Type -join ' ') 'create start stopping exit'
Assert-Equal $events[-1].ExitCode 6
Assert-Equal @(hcs events $id --follow --until exit).Count 0
$lines = @(hcs events $id --until exit -o ndjson | ConvertFrom-Json)
Assert-Equal $lines[-1].exitCode 6
$null = $starter.EndInvoke($asked)
Remove-TestContainer $id
