$id = New-TestId
$null = Invoke-HcsContainer -Id $id -Detach -Command sleep, 600
$seen = @()
Get-HcsEvent -Follow -After 0 -Id $id | ForEach-Object { $seen += $_.Type; if ($_.Type -eq 'start') { break } }
Assert-Equal ($seen -join ',') 'create,start'
$lines = 0
Invoke-HcsContainer -Remove yes | ForEach-Object { $lines++; if ($lines -eq 3) { break } }
Assert-Equal $lines 3
Remove-HcsContainer $id -Force -Confirm:$false
