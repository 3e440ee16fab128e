$id = Start-TestContainer
$item = (hcs list | ConvertFrom-Json).items | Where-Object id -eq $id
Assert-Equal ($item.createdAt -is [datetime]) $true
Remove-TestContainer $id
