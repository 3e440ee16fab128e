$id = Start-TestContainer
$file = Join-Path ([System.IO.Path]::GetTempPath()) (New-TestId)
Invoke-HcsCommand $id printf, '\000\377\r\n\200' -OutFile $file
Assert-Equal ([System.BitConverter]::ToString([System.IO.File]::ReadAllBytes($file))) '00-FF-0D-0A-80'
# From PowerShell 7.4 on also with the command alone.
hcs exec $id -- printf '\000\377\r\n\200' > $file
Assert-Equal ([System.BitConverter]::ToString([System.IO.File]::ReadAllBytes($file))) '00-FF-0D-0A-80'
Remove-Item $file
Remove-TestContainer $id
