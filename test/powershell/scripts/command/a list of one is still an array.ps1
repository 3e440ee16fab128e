$id = Start-TestContainer
$list = hcs list --json | ConvertFrom-Json
Assert-Equal ($list.items -is [array]) $true
Assert-Equal @($list.items | Where-Object id -eq $id).Count 1
Remove-TestContainer $id
