Import-Module (Get-Module HostCompute).Path
$made = & (Get-Module HostCompute) { ConvertTo-HcsObject -Value ('{"totalBytes":"18446744073709551615"}' | ConvertFrom-Json) }
Assert-Equal $made.TotalBytes ([uint64]::MaxValue)
