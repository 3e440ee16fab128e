$ids = @('b', 'a') | ForEach-Object { $id = "$(New-TestId)$_"; $null = Invoke-HcsContainer -Id $id -Detach -Command sleep, 600; $id }
$found = Get-HcsContainer | Where-Object Name -in $ids | Sort-Object Name
Assert-Equal ($found.Name -join ',') ((@($ids) | Sort-Object) -join ',')
$found | Where-Object Name -match 'a$' | Remove-HcsContainer -Force -Confirm:$false
Assert-Equal @(Get-HcsContainer | Where-Object Name -in $ids).Count 1
Remove-HcsContainer $ids[0] -Force -Confirm:$false
