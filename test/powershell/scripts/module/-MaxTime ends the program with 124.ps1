$ErrorActionPreference = 'Continue'
$failures = $null
Invoke-HcsContainer -Remove -MaxTime 0.5 -Command sleep, 60 -ErrorAction SilentlyContinue -ErrorVariable failures
Assert-Equal $LASTEXITCODE 124
Assert-Equal @($failures | ForEach-Object { $_.FullyQualifiedErrorId }) @('timeout,Invoke-HcsContainer')
$id = Start-TestContainer
Invoke-HcsCommand $id sleep, 60 -MaxTime 500ms -ErrorAction SilentlyContinue -ErrorVariable failures
Assert-Equal $LASTEXITCODE 124
Assert-Equal @($failures | ForEach-Object { $_.FullyQualifiedErrorId }) @('timeout,Invoke-HcsCommand')
Remove-TestContainer $id
