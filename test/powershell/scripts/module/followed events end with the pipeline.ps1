$id = Start-TestContainer
$first = Get-HcsEvent -Follow -After 0 | Select-Object -First 1
Assert-Equal $first.Type 'create'
Remove-TestContainer $id
