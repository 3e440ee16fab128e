$record = Assert-Fails { Invoke-HcsContainer -Remove no-such-program } 'processCannotStart,Invoke-HcsContainer'
Assert-Match $record.Exception.Message 'no-such-program'
