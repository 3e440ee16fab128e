$mark = New-TestId
$exits = 1..5 | ForEach-Object { Invoke-HcsContainer -Detach -Id "$mark-$_" sh, -c, "exit $_" } | Wait-HcsContainer
Assert-Equal (@($exits | Sort-Object Id).ExitCode -join ' ') '1 2 3 4 5'
$answer = hcs wait (1..5 | ForEach-Object { "$mark-$_" }) | ConvertFrom-Json
Assert-Equal (@($answer.items | Sort-Object id).exitCode -join ' ') '1 2 3 4 5'
$codes = 1..5 | ForEach-Object -ThrottleLimit 5 -Parallel { hcs run --rm -- sh -c "exit $_"; $LASTEXITCODE }
Assert-Equal (@($codes | Sort-Object) -join ' ') '1 2 3 4 5'
Get-HcsContainer "$mark-*" | Remove-HcsContainer -Confirm:$false
