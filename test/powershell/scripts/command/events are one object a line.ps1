$id = Start-TestContainer
Remove-TestContainer $id
$types = hcs events --output ndjson | ForEach-Object { $_ | ConvertFrom-Json } | Where-Object containerId -eq $id | ForEach-Object type
Assert-Equal @($types)[0] 'create'
Assert-Equal @($types)[-1] 'delete'
