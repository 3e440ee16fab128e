$env:HCS_EXE = '/no/such/hcs'
try {
    $record = Assert-Fails { Get-HcsContainer } 'unavailable'
    Assert-Match $record.Exception.Message '/no/such/hcs'
    $failures = @()
    Get-HcsContainer -ErrorAction SilentlyContinue -ErrorVariable failures
    Assert-Equal $failures.Count 1
} finally {
    Remove-Item Env:HCS_EXE
}
