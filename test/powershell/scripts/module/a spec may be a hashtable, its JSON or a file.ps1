$spec = New-TestSpec echo, 'spec'
$json = $spec | ConvertTo-Json -Depth 9
$file = [System.IO.Path]::GetTempFileName()
$json | Set-Content $file
foreach ($form in $spec, $json, $file) { Assert-Equal (Invoke-HcsContainer -Remove -Spec $form) 'spec' }
Remove-Item $file
