$id = New-TestId
foreach ($code in 1, 2) {
    Get-HcsContainer "$id*" | Remove-HcsContainer -Confirm:$false
    Invoke-HcsContainer -Id $id -Command sh, -c, "exit $code"
}
$codes = { @($input | Where-Object Type -eq exit | ForEach-Object { $_.ExitCode }) -join ' ' }
Assert-Equal (Get-HcsEvent $id | & $codes) '2'
Assert-Equal (Get-HcsEvent $id -Follow -After 0 -Until exit | & $codes) '2'
Assert-Equal (Get-HcsEvent | Where-Object ContainerId -eq $id | & $codes) '1 2'
Remove-TestContainer $id
