$ids = 1..3 | ForEach-Object { Start-TestContainer }
$ids | ForEach-Object { $null = hcs delete --force $_ }
$left = (hcs list | ConvertFrom-Json).items | Where-Object { $ids -contains $_.id }
Assert-Equal @($left).Count 0
