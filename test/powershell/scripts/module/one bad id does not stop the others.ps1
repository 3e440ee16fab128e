$id = Start-TestContainer
$ErrorActionPreference = 'Continue'
$found = @('nope-1', $id | Get-HcsContainer -ErrorAction SilentlyContinue -ErrorVariable failures)
Assert-Equal $found.Count 1
Assert-Equal $failures[0].FullyQualifiedErrorId 'notFound,Get-HcsContainer'
Remove-TestContainer $id
