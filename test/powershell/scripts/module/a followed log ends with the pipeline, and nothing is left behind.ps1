$id = New-TestId
$null = Invoke-HcsContainer -Detach -Id $id -Command sh, -c, 'while true; do echo line; sleep 0.05; done'
Assert-Equal (Get-HcsLog $id -Follow | Select-Object -First 1).Text 'line'
for ($i = 0; $i -lt 50 -and (pgrep -f "logs --follow -- $id"); $i++) { Start-Sleep -Milliseconds 100 }
Assert-Equal @(pgrep -f "logs --follow -- $id").Count 0 'programs left'
Remove-TestContainer $id
