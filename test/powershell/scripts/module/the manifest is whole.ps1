$file = (Get-Module HostCompute).Path -replace 'psm1$', 'psd1'
$manifest = Test-ModuleManifest $file
Assert-Equal $manifest.PowerShellVersion.ToString() '5.1'
Assert-Equal @($manifest.ExportedFunctions.Keys).Count 17
