$id = Start-TestContainer
$null = Assert-Fails { Wait-HcsContainer $id -Timeout 0:0:0.3 } 'timeout,Wait-HcsContainer'
Remove-TestContainer $id
