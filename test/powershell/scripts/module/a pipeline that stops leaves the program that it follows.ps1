$id = New-TestId
$null = Invoke-HcsContainer -Detach -Id $id sh, -c, 'while true; do echo line; sleep 0.05; done'
Assert-Equal (Connect-HcsContainer $id | Select-Object -First 1) 'line'
Assert-Equal @(Connect-HcsContainer -Id $id -Replay | Select-Object -First 3).Count 3
# A container from the pipeline is the one to follow.
Assert-Equal (Get-HcsContainer $id | Connect-HcsContainer | Select-Object -First 1) 'line'
foreach ($line in 1..3) { foreach ($text in Connect-HcsContainer $id | Select-Object -First 1) { break } }
for ($i = 0; $i -lt 50 -and (pgrep -f "attach .*-- $id"); $i++) { Start-Sleep -Milliseconds 100 }
Assert-Equal @(pgrep -f "attach .*-- $id").Count 0 'programs left'
Assert-Equal (Get-HcsContainer $id).Status 'running'

$failure = Assert-Fails { Connect-HcsContainer $id -Timeout 300ms } 'timeout'
Assert-Equal $failure.TargetObject $id
Assert-Equal $LASTEXITCODE 124
Assert-Equal (Get-HcsContainer $id).Status 'running'
Remove-TestContainer $id
