$mark = New-TestId
foreach ($code in 0, 3, 4) { $null = Invoke-HcsContainer -Id "$mark-$code" sh, -c, "exit $code" }
$running = Start-TestContainer -Id "$mark-run"
$bad = Get-HcsContainer "$mark-*" | Where-Object { $_.ExitCode }
Assert-Equal @($bad.Id | Sort-Object) @("$mark-3", "$mark-4")
$bad | Remove-HcsContainer -Confirm:$false
Assert-Equal @((Get-HcsContainer "$mark-*").Id | Sort-Object) @("$mark-0", "$mark-run")
# With the command alone.
(hcs list | ConvertFrom-Json).items | Where-Object { $_.id -like "$mark-*" -and $_.status -eq 'stopped' } | ForEach-Object { hcs delete $_.id > $null }
Assert-Equal @((Get-HcsContainer "$mark-*").Id) @($running)
Remove-TestContainer $running
