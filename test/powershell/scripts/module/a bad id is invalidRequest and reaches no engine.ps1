$null = Assert-Fails { New-HcsContainer -Id '../x' -Command sleep, 1 } 'invalidRequest,New-HcsContainer'
