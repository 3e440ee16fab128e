$info = Get-HcsHost
Assert-Equal $info.Backend 'simulator'
Assert-Equal $info.PSObject.TypeNames[0] 'HostCompute.Host'
