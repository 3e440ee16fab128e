$ErrorActionPreference = 'Continue'
foreach ($command in 'Get-HcsContainer', 'Start-HcsContainer', 'Stop-HcsContainer', 'Wait-HcsContainer', 'Measure-HcsContainer', 'Get-HcsProcess', 'Get-HcsLog') {
    $failures = @()
    $null = & $command nope-1 -ErrorAction SilentlyContinue -ErrorVariable failures
    Assert-Equal $failures.Count 1 $command
    Assert-Equal $failures[0].FullyQualifiedErrorId "notFound,$command"
}
$failures = @()
$null = Invoke-HcsCommand nope-1 cmd, /c, ver -ErrorAction SilentlyContinue -ErrorVariable failures
Assert-Equal $failures.Count 1
$id = Start-TestContainer
foreach ($more in @{}, @{ Detach = $true }, @{ Capture = $true }) {
    $failures = @()
    $null = Invoke-HcsContainer -Id $id -Command sleep, 1 @more -ErrorAction SilentlyContinue -ErrorVariable failures
    Assert-Equal $failures.Count 1
    Assert-Match $failures[0].FullyQualifiedErrorId '^alreadyExists,Invoke-HcsContainer'
}
$failures = @()
$null = New-HcsContainer -Id $id -Command sleep, 1 -ErrorAction SilentlyContinue -ErrorVariable failures
Assert-Equal $failures.Count 1
Assert-Match $failures[0].FullyQualifiedErrorId '^alreadyExists,New-HcsContainer'
Remove-TestContainer $id
