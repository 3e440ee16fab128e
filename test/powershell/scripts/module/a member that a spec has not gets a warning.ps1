$spec = @{ process = @{ args = @('true'); cwd = '/'; enviroment = @('A=1') } }
$warnings = $null
$made = New-HcsContainer -Spec $spec -WarningVariable warnings -WarningAction SilentlyContinue
Assert-Equal $warnings.Count 1
Assert-Match "$($warnings[0])" 'spec\.process\.enviroment is no member'
$run = Invoke-HcsContainer -Detach -Spec $spec -WarningVariable warnings -WarningAction SilentlyContinue
Assert-Equal $warnings.Count 1
Assert-Match "$($warnings[0])" 'spec\.process\.enviroment is no member'
$made.Id, $run.Id | Remove-TestContainer
