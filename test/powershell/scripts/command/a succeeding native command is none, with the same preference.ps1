$PSNativeCommandUseErrorActionPreference = $true
$ErrorActionPreference = 'Stop'
Assert-Equal (hcs list | ConvertFrom-Json).ok $true
