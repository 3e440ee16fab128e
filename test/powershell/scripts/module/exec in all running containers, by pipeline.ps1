$ids = 1..2 | ForEach-Object { Start-TestContainer }
$said = $ids | Get-HcsContainer | Invoke-HcsCommand -Command echo, hi
Assert-Equal @($said) @('hi', 'hi')
$ids | Remove-TestContainer
