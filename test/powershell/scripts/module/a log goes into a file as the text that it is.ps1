$id = New-TestId
$null = Invoke-HcsContainer -Detach -Id $id -Command sh, -c, "echo one; echo $('x' * 300)"
$null = Wait-HcsContainer $id
$file = Join-Path ([System.IO.Path]::GetTempPath()) (New-TestId)
Get-HcsLog $id | Set-Content $file
Assert-Equal @(Get-Content $file) @('one', ('x' * 300))
Assert-Equal "$(@(Get-HcsLog $id)[0])" 'one'
Assert-Equal (Get-HcsLog $id | Select-String '^o').Line 'one'
Remove-Item $file
Remove-TestContainer $id
