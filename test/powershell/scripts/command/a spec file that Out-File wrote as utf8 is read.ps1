$file = [System.IO.Path]::GetTempFileName()
New-TestSpec echo, 'größe' | ConvertTo-Json -Depth 9 | Out-File -FilePath $file -Encoding utf8
Assert-Equal (hcs run --rm --spec $file) 'größe'
Remove-Item $file
