$file = [System.IO.Path]::GetTempFileName()
$null = hcs state nope 2> $file
Assert-Match (Get-Content $file -Raw) '^hcs: '
Remove-Item $file
