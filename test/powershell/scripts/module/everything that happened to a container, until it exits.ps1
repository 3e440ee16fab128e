# What an example of the help says, with the default that Get-Help tells: none, since without -After it is not 0 to -Follow.
Assert-Equal "$((Get-Help Get-HcsEvent -Parameter After).defaultValue)" ''
$id = New-TestId
$null = Invoke-HcsContainer -Detach -Id $id -Command sh, -c, 'exit 3'
$null = Wait-HcsContainer $id
$types = @(Get-HcsEvent $id -Follow -After 0 -Until exit | ForEach-Object { $_.Type })
Assert-Equal @($types | Where-Object { $_ -ne 'stopping' }) @('create', 'start', 'exit')
# No cursor at all, as of a list without events, is the very first.
Assert-Equal @(Get-HcsEvent $id -Follow -After $null -Until create | ForEach-Object { $_.Type }) @('create')
Remove-TestContainer $id
