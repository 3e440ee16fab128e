$shell = [powershell]::Create()
$null = $shell.AddScript("Import-Module '$((Get-Module HostCompute).Path -replace 'psm1$', 'psd1')'; Get-HcsEvent -Follow -After 0")
$running = $shell.BeginInvoke()
Start-Sleep -Milliseconds 1500
$watch = [System.Diagnostics.Stopwatch]::StartNew()
$shell.Stop()
Assert-True ($watch.Elapsed.TotalSeconds -lt 5) 'stopped soon'
