$file = [System.IO.Path]::GetTempFileName()
hcs run --rm -- sh -c 'i=0; while [ $i -lt 256 ]; do printf "\\$(printf %03o $i)"; i=$((i+1)); done' > $file
$bytes = [System.IO.File]::ReadAllBytes($file)
Assert-Equal $bytes.Length 256
for ($i = 0; $i -lt 256; $i++) { if ($bytes[$i] -ne $i) { throw "byte $i is $($bytes[$i])" } }
Remove-Item $file
