$PSNativeCommandUseErrorActionPreference = $true
$ErrorActionPreference = 'Stop'
$record = Assert-Fails { hcs state nope 2>$null }
Assert-Match $record.FullyQualifiedErrorId 'ProgramExitedWithNonZeroCode'
