$id = New-TestId
$null = Invoke-HcsContainer -Detach -Id $id -Command sh, -c, 'echo ready; exec sleep 600'
$null = Get-HcsLog $id -Follow | Select-Object -First 1
$ErrorActionPreference = 'Continue'
$failures = $null
$lines = @(Get-HcsLog $id -Follow -Timeout 2 -ErrorAction SilentlyContinue -ErrorVariable failures)
Assert-Equal @($lines | ForEach-Object { $_.Text }) @('ready')
Assert-Equal @($failures | ForEach-Object { $_.FullyQualifiedErrorId }) @('timeout,Get-HcsLog')
Remove-TestContainer $id
