$id = New-TestId
$time = '2026-12-01T05:17:13.12Z'
$result = Invoke-HcsContainer -Id $id -Label @{ built = $time } -Capture -Command printf, $time
Assert-Equal $result.Stdout $time
Assert-Equal (Get-HcsContainer $id).Labels['built'] $time
Assert-Equal (Get-HcsContainer $id -Label "built=$time").Id $id
Assert-Equal (Get-HcsLog $id).Text $time
Remove-TestContainer $id
