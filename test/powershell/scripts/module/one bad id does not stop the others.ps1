$id = Start-TestContainer
$ErrorActionPreference = 'Continue'
$found = @('nope-1', $id | Get-HcsContainer -ErrorAction SilentlyContinue -ErrorVariable failures)
Assert-Equal $found.Count 1
Assert-Equal @($failures | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })[-1].FullyQualifiedErrorId 'notFound,Get-HcsContainer'
Remove-TestContainer $id
