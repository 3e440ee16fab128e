$id = Start-TestContainer -Label @{ team = 'größe 例' }
$item = (hcs list | ConvertFrom-Json).items | Where-Object id -eq $id
Assert-Equal ($item.labels | Where-Object name -eq team).value 'größe 例'
Assert-Equal (Get-HcsContainer $id).Labels['team'] 'größe 例'
Remove-TestContainer $id
