$ids = @(Start-TestContainer), @(Start-TestContainer) | ForEach-Object { $_ }
Assert-Equal @($ids | Get-HcsContainer).Count 2
Assert-Equal @($ids | ForEach-Object { [pscustomobject]@{ Id = $_ } } | Get-HcsContainer).Count 2
$ids | Remove-TestContainer
