$env:HCS_EXE = '/no/such/hcs'
try {
    $record = Assert-Fails { Get-HcsContainer } 'unavailable'
    Assert-Match $record.Exception.Message '/no/such/hcs'
} finally {
    Remove-Item Env:HCS_EXE
}
