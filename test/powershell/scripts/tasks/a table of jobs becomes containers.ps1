$names = 1..3 | ForEach-Object { New-TestId }
$file = Join-Path ([System.IO.Path]::GetTempPath()) "$(New-TestId).csv"
@"
Name,Memory,HostName
$($names[0]),256MB,
$($names[1]),512MB,büro
$($names[2]),,
"@ | Set-Content $file
Assert-Equal @(Import-Csv $file | New-HcsContainer -Command sleep, 600).Id $names
Assert-Equal @(Import-Csv $file | Start-HcsContainer -PassThru | Where-Object Status -eq running).Id $names
Assert-Equal @(Measure-HcsContainer | Where-Object Id -in $names).Count 3
Assert-Equal (Get-HcsContainer -Name $names[1]).Id $names[1]
# What is in no column is nothing to make a container of.
$before = @(Get-HcsContainer).Count
$null = Assert-Fails { 'Colour', 'red' | ConvertFrom-Csv | New-HcsContainer -Command true } 'InputObjectNotBound'
Assert-Equal @(Get-HcsContainer).Count $before
Import-Csv $file | Remove-HcsContainer -Force -Confirm:$false -WhatIf
Assert-Equal @(Get-HcsContainer | Where-Object Id -in $names).Count 3
Import-Csv $file | Remove-HcsContainer -Force -Confirm:$false
Assert-Equal @(Get-HcsContainer | Where-Object Id -in $names).Count 0
Remove-Item $file
