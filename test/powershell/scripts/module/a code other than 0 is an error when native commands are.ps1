$PSNativeCommandUseErrorActionPreference = $true
$record = Assert-Fails { Invoke-HcsContainer -Remove sh, -c, 'exit 7' } 'programFailed'
Assert-Match $record.Exception.Message '7'
