$null = Assert-Fails { Invoke-HcsCommand no-such-container echo } 'notFound,Invoke-HcsCommand'
