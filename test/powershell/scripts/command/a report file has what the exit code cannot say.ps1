$file = [System.IO.Path]::GetTempFileName()
hcs run --rm --report $file -- sh -c 'exit 9'
Assert-Equal (Get-Content $file -Raw | ConvertFrom-Json).exitCode 9
Remove-Item $file
