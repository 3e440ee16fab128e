$id = Start-TestContainer
$first = hcs events --follow --after 0 | Select-Object -First 1 | ConvertFrom-Json
Assert-Equal $first.type 'create'
Remove-TestContainer $id
