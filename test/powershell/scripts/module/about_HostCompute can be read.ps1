Assert-Match (Get-Help about_HostCompute | Out-String) 'FullyQualifiedErrorId'
