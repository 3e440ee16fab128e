$id = New-TestId
$null = Invoke-HcsContainer -Detach -Id $id sh, -c, 'echo one; echo größer'
$null = Wait-HcsContainer $id
$file = Join-Path ([System.IO.Path]::GetTempPath()) (New-TestId)
Get-HcsLog $id | Set-Content $file
Assert-Equal @(Get-Content $file) @('one', 'größer')
hcs logs $id > $file
Assert-Equal @(Get-Content $file) @('one', 'größer')
Remove-Item $file
Remove-TestContainer $id
